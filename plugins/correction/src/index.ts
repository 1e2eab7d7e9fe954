export { correct, correction, type CorrectOptions, type CorrectionSource } from './correct.ts';
