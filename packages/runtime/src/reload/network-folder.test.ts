import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { isOnNetwork } from './network-folder.ts';

const MOUNTS = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /proc rw - proc proc rw
40 22 0:44 / /gpfs rw,relatime shared:2 master:3 - gpfs exfel_u rw
41 22 0:45 / /home rw shared:4 - nfs4 server:/home rw,vers=4.2
42 41 8:2 / /home/local rw shared:5 - xfs /dev/sdb1 rw
43 22 0:46 / /mnt/my\\040share rw - cifs //server/share rw
44 22 0:47 / /mnt/ssh rw - fuse.sshfs user@host:/ rw
45 22 8:3 / /mnt/usb rw - fuseblk /dev/sdc1 rw
46 22 0:48 / /mnt/over rw - nfs server:/x rw
47 22 8:4 / /mnt/over rw - ext4 /dev/sdd1 rw
`;

test.each([
  ['/home/user/views.ts', true],
  ['/home', true],
  ['/homework/views.ts', false],
  ['/home/local/views.ts', false],
  ['/gpfs/exfel/u/usr/views.ts', true],
  ['/mnt/my share/views.ts', true],
  ['/mnt/ssh/views.ts', true],
  ['/mnt/usb/views.ts', false],
  ['/mnt/over/views.ts', false],
  ['/tmp/views.ts', false],
])('%s: %s', (path, expected) => {
  expect(isOnNetwork(path, MOUNTS)).toBe(expected);
});

test("the kernel's own list is read, and none is no network", () => {
  expect(isOnNetwork(tmpdir())).toBe(false);
  expect(isOnNetwork('/home/user', '')).toBe(false);
});
