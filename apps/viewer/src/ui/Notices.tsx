import { dismiss, useNotices } from './notices.ts';

/** What was done or could not be done, one line each. */
export function Notices() {
  return (
    <div className="notices" aria-live="polite">
      {useNotices().map((notice) => (
        <p key={notice.text} className={`notice ${notice.tone}`} role={notice.tone === 'bad' ? 'alert' : 'status'}>
          {notice.text} <button type="button" className="icon" aria-label="Close this message" onClick={() => dismiss(notice)}>×</button>
        </p>
      ))}
    </div>
  );
}
