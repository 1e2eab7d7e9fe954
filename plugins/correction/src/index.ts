export { correct, correction, type CorrectOptions, type CorrectionSource, type Corrector } from './correct.ts';
