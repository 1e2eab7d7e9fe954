import { Component, type ReactNode } from 'react';

/** What breaks inside stays inside: the rest of the page runs on; a click tries again, and so does new code of the user (`retry` changes). */
export class ErrorBoundary extends Component<{ readonly what: string; readonly retry?: unknown; readonly children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidUpdate(before: { readonly retry?: unknown }): void {
    if (this.state.error && before.retry !== this.props.retry) this.setState({ error: undefined as never });
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <div className="body message failed" role="alert">
        <p>{this.props.what} could not be drawn: {this.state.error.message}</p>
        <p className="hint">Its data go on; the other panels are not touched.</p>
        <button type="button" onClick={() => this.setState({ error: undefined as never })}>Try again</button>
      </div>
    );
  }
}
