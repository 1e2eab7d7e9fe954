// way: a file takes all memory as it loads
// says: of memory while it loaded
// load: yes
// memory: 1500
// may: late
export * from './good/good.ts';

const all: Float64Array[] = [];
for (;;) all.push(new Float64Array(1e6).fill(1));
