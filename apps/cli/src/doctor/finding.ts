/** One line of `yard doctor`. A `note` is worth knowing and stops nothing. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'broken';
  readonly text: string;
}

/** A check that threw is broken, in its own words. */
export async function tried(what: string, look: () => Promise<string> | string): Promise<Finding> {
  try {
    return { what, state: 'ok', text: await look() };
  } catch (error) {
    return { what, state: 'broken', text: (error as Error).message.split('\n')[0]! };
  }
}
