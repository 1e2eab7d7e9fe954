import { errorCode as code } from '@trainyard/kernels/testing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { radialFunction, radialUnits, type RadialUnit } from './units.ts';

it('property: q, 2 theta and r are what their definitions say (1e-12), in front of the sample and behind it', () => {
  const place = fc.double({ min: 1e-6, max: 10, noNaN: true });
  fc.assert(fc.property(place, place, fc.boolean(), fc.double({ min: 1e-12, max: 1e-8, noNaN: true }), (r, depth, behind, wavelength) => {
    const z = behind ? -depth : depth;
    const theta = Math.atan2(r, z) / 2;
    const expected: Record<RadialUnit, number> = { 'q_nm^-1': (4e-9 * Math.PI * Math.sin(theta)) / wavelength, 'q_A^-1': (4e-10 * Math.PI * Math.sin(theta)) / wavelength, '2th_deg': (360 * theta) / Math.PI, '2th_rad': 2 * theta, r_mm: 1000 * r };
    for (const unit of radialUnits) expect(Math.abs(radialFunction(unit, { wavelength })(r, z) / expected[unit] - 1)).toBeLessThan(1e-12);
  }));
  for (const unit of radialUnits) expect(radialFunction(unit, { wavelength: 1e-10 })(0, 1)).toBe(0);
});

it('refuses q without a wavelength, and other units', () => {
  for (const wavelength of [undefined, 0, -1, Number.NaN]) expect(code(() => radialFunction('q_nm^-1', { wavelength }))).toBe('UNIT_WAVELENGTH');
  expect(code(() => radialFunction('q' as RadialUnit, { wavelength: 1 }))).toBe('UNIT_UNKNOWN');
});
