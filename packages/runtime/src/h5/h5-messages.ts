/** What the page's HDF5 browser asks of a file, as the h5grove protocol has it: `meta`, `attr`, `data`, `paths`. */
export interface H5Question {
  readonly what: 'meta' | 'attr' | 'data' | 'paths';
  /** Where the file lies. */
  readonly file: string;
  /** Path inside the file. */
  readonly path: string;
  /** `data` only: as numpy writes it, `0,:,3:10`. */
  readonly selection?: string;
  readonly format?: string;
  /** `data` only: `safe` for numbers that a browser has typed arrays for. */
  readonly dtype?: string;
}

export type H5Answer = { readonly type: string; readonly body: string | Uint8Array } | { readonly code: string; readonly message: string };

export interface AskH5 {
  readonly id: number;
  readonly question: H5Question;
}
export interface AnswerH5 {
  readonly id: number;
  readonly answer: H5Answer;
}

/** Bytes of one answer. */
export const MOST_BYTES = 64_000_000;
/** Members of a group, and attributes of an object, that are listed; entries that are given as text. */
export const MOST_LISTED = 10_000;
export const MOST_ATTRIBUTES = 500;
export const MOST_TEXTS = 1_000_000;
/** Bytes of one attribute's value. */
export const MOST_ATTRIBUTE_BYTES = 100_000;
