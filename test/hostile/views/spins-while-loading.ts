// way: a file never comes to its end
// says: did not finish loading
// load: yes
export * from './good/good.ts';

for (;;);
