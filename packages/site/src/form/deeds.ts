// Owns which things there are to do about a number: the slots of the tables in advice/.

/** By kind of number, the most urgent first. */
export const DEEDS = {
  phone: ["lock", "enquire", "report"],
  identity: ["freeze", "enquire", "report"],
} as const;

export type Topic = keyof typeof DEEDS;
export type Deed = (typeof DEEDS)[Topic][number];
