export { pythonFunction, type PythonOptions } from './python-function.ts';
