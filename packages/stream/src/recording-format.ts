/**
 * A recorded stream: an HDF5 file that holds every message as its bytes came, whatever they are, so that nothing is lost and replaying sends the same again.
 *
 * ```
 * /                     attributes: format "trainyard-recording", version 1, endpoint, socket
 * /messages/first       uint64   number of the message's first frame
 * /messages/frames      uint64   how many frames it has (1: format 1.0; an even number: 2.2)
 * /messages/received    float64  seconds since 1970
 * /messages/train_id    uint64   the lowest train ID of its sources; 0 where it has none
 * /frames/offset        uint64   where the frame begins in bytes
 * /frames/length        uint64
 * /frames/bytes         uint8
 * ```
 * In Python: `karabo_bridge.deserialize([bytes[o:o + n].tobytes() for o, n in zip(offset[first:first + frames], length[first:first + frames])])`.
 */
export const FORMAT = 'trainyard-recording';
export const VERSION = 1;
