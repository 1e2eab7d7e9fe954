"""cxi.py tree FILE: the datasets of a CXI file as h5py sees them. cxi.py write RUN FILE: EXtra-data's own CXI file of AGIPD data. JSON on standard output."""
import contextlib
import hashlib
import io
import json
import sys

import h5py


def tree(path):
    found = {}
    with h5py.File(path) as file:
        def see(name, item):
            if isinstance(item, h5py.Dataset):
                values = item[()]
                found[name] = {
                    'shape': list(item.shape), 'dtype': str(item.dtype), 'virtual': item.is_virtual, 'fill': None if item.dtype.kind in 'OS' else str(item.fillvalue),
                    'sha256': None if item.dtype.kind in 'OS' else hashlib.sha256(values.tobytes()).hexdigest(),
                    'texts': [text.decode() for text in values] if item.dtype.kind in 'OS' else None,
                    'files': sorted({source.file_name for source in item.virtual_sources()}) if item.is_virtual else None,
                }
        file.visititems(see)
        found['links'] = {'data_1': file.get('entry_1/data_1', getlink=True).path, 'axes': file['entry_1/data_1/data'].attrs['axes']}
    return found


if sys.argv[1] == 'tree':
    print(json.dumps(tree(sys.argv[2])))
else:
    from extra_data import RunDirectory
    from extra_data.components import AGIPD1M
    with contextlib.redirect_stdout(io.StringIO()):
        AGIPD1M(RunDirectory(sys.argv[2])).write_virtual_cxi(sys.argv[3])
    print('{}')
