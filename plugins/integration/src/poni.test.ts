import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePoni, writePoni, type Poni } from './poni.ts';

const v1 = `# Nota: C-Order, 1 refers to the Y axis, 2 to the X axis
PixelSize1: 0.000172
PixelSize2: 0.000172
Distance: 0.142
Poni1: 0.0284
Poni2: 0.126
Rot1: -0.0005
Rot2: -0.012
Rot3: 7.4e-06
SplineFile: None
Wavelength: 7.22e-11
`;
const v2 = `poni_version: 2
Detector: Detector
Detector_config: {"pixel1": 0.0002, "pixel2": 0.0001, "max_shape": [512, 128]}
Distance: 0.3
Poni1: 0.1
Poni2: 0.2
Rot1: 0.0
Rot2: 0.0
Rot3: 0.0
Wavelength: 1.3332e-10
`;

const code = (text: string): string => {
  try {
    parsePoni(text);
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('parsePoni', () => {
  it('reads version 1', () => {
    expect(parsePoni(v1)).toEqual({ pixel1: 0.000172, pixel2: 0.000172, dist: 0.142, poni1: 0.0284, poni2: 0.126, rot1: -0.0005, rot2: -0.012, rot3: 7.4e-6, wavelength: 7.22e-11 });
  });
  it('reads versions 2 and 2.1, with the shape and the orientation', () => {
    expect(parsePoni(v2)).toMatchObject({ pixel1: 0.0002, pixel2: 0.0001, shape: [512, 128], dist: 0.3, wavelength: 1.3332e-10, detector: 'Detector' });
    expect(parsePoni(v2.replace('version: 2', 'version: 2.1').replace('"max_shape"', '"orientation": 2, "max_shape"')).orientation).toBe(2);
  });
  it('takes the last of several geometries in one file, and any line end', () => {
    expect(parsePoni(`${v1}${v1.replace('0.142', '0.5')}`.replaceAll('\n', '\r\n')).dist).toBe(0.5);
  });
  it('knows the pixels of a Pilatus or Eiger by name, and says nothing of others', () => {
    const named = (detector: string): Poni => parsePoni(v2.replace('Detector: Detector', `Detector: ${detector}`).replace(/\{.*\}/, '{}'));
    expect(named('Pilatus1M').pixel1).toBe(172e-6);
    expect(named('Eiger4M').pixel2).toBe(75e-6);
    expect(named('Mine').pixel1).toBeUndefined();
  });
  it('writes version 1, with pixel sizes only', () => {
    const read = parsePoni(v1);
    expect(parsePoni(writePoni(read, 1))).toEqual(read);
    expect(writePoni(read, 1)).not.toContain('poni_version');
    expect(() => writePoni({ ...read, orientation: 1 }, 1)).toThrow(/version 2.1/);
    expect(() => writePoni({ ...read, pixel1: undefined }, 1)).toThrow(/size of a pixel/);
  });
  it('takes None for an unknown wavelength', () => {
    expect(parsePoni(v1.replace('7.22e-11', 'None')).wavelength).toBeUndefined();
    expect(parsePoni(v1.replace(/Rot1: \S+/, 'Rot1: None')).rot1).toBe(0);
  });
  it('refuses with a name and the line', () => {
    expect(code('hello')).toBe('PONI_SYNTAX');
    expect(() => parsePoni('a\u0000\u001b[2Jb')).toThrow('"a\\u0000\\u001b[2Jb"');
    expect(code(v1.replace('0.142', 'far'))).toBe('PONI_NUMBER');
    expect(code(v1.replace('0.142', '-1'))).toBe('PONI_NUMBER');
    expect(code(v1.replace(/Distance.*\n/, ''))).toBe('PONI_MISSING');
    expect(code(v2.replace('version: 2', 'version: 3'))).toBe('PONI_VERSION');
    expect(code(v1.replace('SplineFile: None', 'SplineFile: ccd.spline'))).toBe('PONI_SPLINE');
    expect(code(v2.replace('0.0002', '-0.0002'))).toBe('PONI_NUMBER');
    expect(code(v2.replace('{"pixel1"', '{pixel1'))).toBe('PONI_SYNTAX');
    expect(code(v2.replace('Detector: Detector', 'Detector: Xpad_flat'))).toBe('PONI_DETECTOR');
    expect(code(v2.replace('"max_shape"', '"orientation": 7, "max_shape"'))).toBe('PONI_NUMBER');
    expect(code('x'.repeat(1_000_001))).toBe('PONI_SYNTAX');
    expect(() => parsePoni(v1.replace('0.142', 'far'))).toThrow(/Line 4/);
  });
  it('property: reads back what writePoni writes, and never throws anything but a named error', () => {
    const size = fc.double({ min: 1e-6, max: 10, noNaN: true });
    const angle = fc.double({ min: -7, max: 7, noNaN: true });
    fc.assert(fc.property(size, angle, angle, angle, angle, angle, size, size, fc.constantFrom(1, 2, 3, 4 as const), (dist, poni1, poni2, rot1, rot2, rot3, pixel1, pixel2, orientation) => {
      const poni: Poni = { dist, poni1, poni2, rot1, rot2, rot3, pixel1, pixel2, wavelength: 1e-10, shape: [3, 4], orientation: orientation, detector: 'Detector' };
      const again = parsePoni(writePoni(poni));
      expect({ orientation: 3, ...again }).toEqual(Object.fromEntries(Object.entries(poni).map(([key, value]) => [key, value === 0 ? 0 : value])));
    }));
    fc.assert(fc.property(fc.string(), (text) => { expect(code(text)).toMatch(/^PONI_/); }));
    fc.assert(fc.property(fc.nat(v2.length - 1), fc.string(), (at, text) => { expect(code(v2.slice(0, at) + text + v2.slice(at + 1))).toMatch(/^(PONI_|none)/); }));
  });
});
