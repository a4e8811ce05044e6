const dataExtensions = ['', '.json', '.yaml', '.yml']
const codeExtensions = ['.js', '.ts', '.mjs', '.mts', '.cjs']
const rcEndings = [...dataExtensions, ...codeExtensions]
const codeFiles = ['ts', 'mts', 'js', 'mjs', 'cjs'].map((ending) => `argo.config.${ending}`)

/** Tried in this order in each directory, from the working directory upwards. */
export const searchPlaces = [
  ...rcEndings.map((ending) => `.argorc${ending}`),
  ...codeFiles,
  'package.json',
  ...rcEndings.map((ending) => `.config/argorc${ending}`),
  ...codeFiles.map((name) => `.config/${name}`),
]
