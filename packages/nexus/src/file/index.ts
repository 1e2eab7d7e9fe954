/** An HDF5 file that only grows and is whole at every moment: for other formats that are written for hours. */
export { AppendFile } from './append-file.ts';
export { Column, Fixed } from './column.ts';
export { GroupNode, SoftLink, type AttributeValue, type Box, type Mapping } from './node.ts';
export { VirtualDataset } from './virtual-dataset.ts';
