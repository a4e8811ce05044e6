const dataExtensions = ['', '.json', '.yaml', '.yml']
const codeExtensions = ['.js', '.ts', '.mjs', '.cjs']
const rcEndings = [...dataExtensions, ...codeExtensions]
const codeFiles = ['argo.config.ts', 'argo.config.js', 'argo.config.mjs', 'argo.config.cjs']

/** Tried in this order in each directory, from the working directory upwards. */
export const searchPlaces = [
  ...rcEndings.map((ending) => `.argorc${ending}`),
  ...codeFiles,
  'package.json',
  ...rcEndings.map((ending) => `.config/argorc${ending}`),
  ...codeFiles.map((name) => `.config/${name}`),
]
