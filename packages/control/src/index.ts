export { decodeHistory, encodeHistory } from './history.ts';
export * from './layout.ts';
export * from './messages.ts';
export * from './page.ts';
export { codeValues, lastCode, valueOfCode } from './picture-codes.ts';
export * from './state.ts';
export * from './want.ts';
export { decodeValue, encodeValue, encodeValueBriefly, framePieces, type PanelData, type PanelLabels, type PanelValue } from './value.ts';
