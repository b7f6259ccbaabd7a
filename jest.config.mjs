// Takes nothing; gives jest's configuration: swc compiles TypeScript, tests lie beside the code.
export const config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/compiler/src', '<rootDir>/editors', '<rootDir>/tools'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2022',
          transform: { treatConstEnumAsEnum: true, verbatimModuleSyntax: true },
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/bazel-', '<rootDir>/compiler/dist', '<rootDir>/compiler/llvm14'],
  watchman: false,
  maxWorkers: 2,
};
// jest reads the default export of its configuration file and no other.
export { config as default };
