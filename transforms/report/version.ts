import manifest from '../../package.json' with { type: 'json' }

/** The version of routeshift, put in place when it is built. */
export const toolVersion: string = manifest.version
