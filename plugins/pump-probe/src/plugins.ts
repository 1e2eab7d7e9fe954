import type { PluginSpec } from '@trainyard/core';

export const plugins: PluginSpec[] = [];
