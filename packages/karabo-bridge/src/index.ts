export { BridgeError, type BridgeErrorCode, type BridgeWhere } from './bridge-error.ts';
export {
  BridgeFloat,
  isBridgeArray,
  metadataFor,
  type BridgeArray,
  type BridgeSource,
  type BridgeTrain,
  type BridgeValue,
  type Sendable,
  type SendableSource,
  type SendableTrain,
} from './bridge-train.ts';
export { decode, type DecodeLimits } from './decode.ts';
export { encode, type BridgeVersion } from './encode.ts';
export { typedArrayOf, type CanonicalDtype, type NumberArray, type TypedBridgeArray } from './typed-array-of.ts';
export { BridgeClient, type BridgeClientOptions, type BridgeStatus, type ClientSocket } from './bridge-client.ts';
export { BridgeServer, type BridgeServerOptions, type ServerSocket } from './bridge-server.ts';
export { checkEndpoint } from './check-endpoint.ts';
export { release } from './release.ts';
