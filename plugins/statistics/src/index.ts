export { mean as average } from '@trainyard/core/reducers';
export * from '@trainyard/core/reducers';
