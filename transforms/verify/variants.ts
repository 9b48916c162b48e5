import { httpMethods } from '../model/route.ts'
import type { ReplayRequest } from '../model/verification.ts'
import { type Addressed, createMaker } from './request-maker.ts'
import { spread } from './spellings.ts'
import type { Field, Surface } from './surface.ts'

/** Requests of one intent, the most telling first. Of `weight` 2, twice as many are taken as of weight 1. */
export interface Tier {
  weight: number
  requests: readonly ReplayRequest[]
}

/** Every variation that is worth a request: what all of them have in common is that the rest is present and plausible. */
export function listTiers(route: Addressed, surface: Surface): Tier[] {
  const make = createMaker(route, surface)
  const named = make.named
  const others = httpMethods.filter((method) => !named.includes(method))
  const { fields } = surface
  const at = (field: Field, index: number): string[] => make.methodsOf(field).slice(index, index + 1)
  return [
    { weight: 0, requests: named.map((method) => make.base(method)) },
    { weight: 0, requests: others.map((method) => make.base(method)) },
    { weight: 0, requests: named.map((method) => make.bare(method)) },
    { weight: 4, requests: fields.flatMap((field) => at(field, 0).map((method) => make.without(method, field))) },
    { weight: 5, requests: fields.flatMap((field) => at(field, 0).flatMap((method) => make.branches(method, field))) },
    { weight: 2, requests: named.flatMap((method) => make.pairs(method)) },
    {
      weight: 3,
      requests: spread(fields.flatMap((field) => at(field, 0).map((method) => make.spellings(method, field)))),
    },
    { weight: 3, requests: make.bodyMethods.slice(0, 1).flatMap((method) => make.bodies(method)) },
    { weight: 2, requests: spread(fields.flatMap((field) => at(field, 0).map((method) => make.types(method, field)))) },
    { weight: 2, requests: named.slice(0, 1).flatMap((method) => make.around(method)) },
    {
      weight: 1,
      requests: fields.flatMap((field) =>
        make
          .methodsOf(field)
          .slice(1)
          .flatMap((method) => [make.without(method, field), ...make.branches(method, field)]),
      ),
    },
    { weight: 1, requests: make.bodyMethods.slice(1).flatMap((method) => make.bodies(method).slice(0, 6)) },
  ]
}
