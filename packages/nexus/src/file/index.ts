/** An HDF5 file that only grows and is whole at every moment: for other formats that are written for hours. */
export { AppendFile } from './append-file.ts';
export { Column } from './column.ts';
export { GroupNode, type AttributeValue } from './node.ts';
