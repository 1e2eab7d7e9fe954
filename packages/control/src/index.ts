export * from './messages.ts';
export * from './state.ts';
export { decodeValue, encodeValue, type PanelData, type PanelLabels, type PanelValue } from './value.ts';
