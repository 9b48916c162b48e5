import type { CodeText } from '../../model/diagnostic.ts'

/** PA60x and PA61x: packages that are called as before, with what they need of a request. */
export const packageRequestCodes: Record<string, CodeText> = {
  PA600: {
    slug: 'parser-kept',
    level: 'note',
    what: ({ package: name }) =>
      `${String(name)} still parses the upload: it is given the body and the headers as a Node stream`,
    why: 'Fields, files on disk, limits and errors are those that they were. The stream has the headers and nothing else of a request: code that an option of the package calls may not ask it for more. A client that goes away is an error of the stream, where it was `aborted` as well.',
    fix: 'Nothing. Where the files need not be on disk, `await request.formData()` does without the package.',
  },
}
