"""python3 take_golden.py GEOM_REFS.json > golden.json: keeps of EXtra-geom's own results (all classes, hashes of assembled images) what the tests compare."""
import json
import sys

refs = json.load(open(sys.argv[1]))
kept = {}
for ref in refs['refs']:
    if 'from_' in ref['name'] and ref['name'].endswith(('geom', 'h5', 'quads')) or ref['name'] in ('lpd_mar_18', 'dssc_june19'):
        continue
    hashes = {}
    for key in ('position_modules_u2', 'position_modules_f4', 'position_modules_u2_2frames', 'position_modules_u2_into_f4_2frames', 'position_modules_symmetric_f4'):
        if isinstance(ref.get(key), dict):
            hashes[key.replace('position_modules_', '')] = ref[key]['sha256']
    snapped = ref['snapped'] if isinstance(ref['snapped'], dict) else {}
    kept[ref['name']] = {
        'shape': ref['expected_data_shape'],
        'size': snapped.get('size_yx'), 'centre': snapped.get('centre_yx'), 'images': hashes,
        'positions': ref['pixel_positions_centre_True']['sha256_rounded_1nm_i8'] if isinstance(ref.get('pixel_positions_centre_True'), dict) else None,
        'exactPositions': ref['pixel_positions_centre_True']['sha256_f8'] if isinstance(ref.get('pixel_positions_centre_True'), dict) else None,
        'corners': ref['distortion_array']['sha256_f4'] if isinstance(ref.get('distortion_array'), dict) else None,
        'coordinates': ref['data_coords_to_positions'] if isinstance(ref.get('data_coords_to_positions'), dict) else None,
    }
print(json.dumps({'extraGeom': refs['extra_geom'], 'refs': kept, 'extra': {name: value for name, value in refs['extra'].items() if 'cartesian' not in name}}, indent=1))
