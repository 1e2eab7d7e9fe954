import { GrowthFinder } from './growth-finder.ts';
import { SharedBuiltins } from './shared-builtins.ts';
import { newCall, type ViewCall } from './view-call.ts';
import type { ViewHandles } from './view-handles.ts';
import type { ViewTimers } from './view-timers.ts';
import type { ViewWarnings } from './view-warnings.ts';

/** After methods of the language were replaced, so many trains are looked at view by view, to learn who does it. */
const SUSPICIOUS_TRAINS = 100;

/** What a worker does around every call of a view, so that it leaves nothing behind: under 2 us where there is nothing. */
export class CallKeeper {
  readonly #timers: ViewTimers;
  readonly #handles: ViewHandles;
  readonly #builtins = new SharedBuiltins();
  readonly warnings: ViewWarnings;
  #suspicious = 0;
  #growth: GrowthFinder | undefined;

  constructor(timers: ViewTimers, handles: ViewHandles, warnings: ViewWarnings) {
    this.#timers = timers;
    this.#handles = handles;
    this.warnings = warnings;
  }

  /** A file of the user has run: what follows is ours, and takes the methods of the language for what they are. */
  imported(): void {
    this.#putBack({ view: '', trainId: -1 });
  }

  /** This worker grows and is to be renewed: from now on it is looked which view it is. */
  findGrowth(): void {
    this.#growth ??= new GrowthFinder(this.warnings);
  }

  beginTrain(): void {
    this.#handles.beginTrain();
    this.#growth?.beginTrain();
  }

  begin(view: string, trainId: number): ViewCall {
    this.#handles.begin();
    this.#growth?.begin(view);
    return newCall(view, trainId);
  }

  end(call: ViewCall): void {
    this.#timers.end(call);
    this.#handles.end(call);
    this.#growth?.end(call);
    if (this.#suspicious > 0) this.#putBack(call);
  }

  endTrain(trainId: number): void {
    if (this.#suspicious > 0) this.#suspicious -= 1;
    if (this.#putBack({ view: '', trainId })) this.#suspicious = SUSPICIOUS_TRAINS;
  }

  #putBack(of: { readonly view: string; readonly trainId: number }): boolean {
    const replaced = this.#builtins.restore();
    if (replaced.length === 0) return false;
    this.warnings.say('process', `replaced ${replaced.slice(0, 5).join(', ')}, which all views share: it was put back`, undefined, of);
    return true;
  }
}
