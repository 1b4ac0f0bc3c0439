import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";

// Plain JavaScript, because a thread runs this file as it is, without a bundler or a loader.

/** @type {ZxcvbnFactory | undefined} */
let estimator;

/**
 * How many guesses a password takes, by zxcvbn, and the names of the word lists that its parts stand in.
 * The lists take about 20 MB and are loaded at the first call.
 * @param {string} password
 * @param {string[]} known what an attacker knows of the account
 * @returns {{ guesses: number, lists: string[] }}
 */
export function estimateStrength(password, known) {
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const { guesses, sequence } = estimator.check(password, known);
  return { guesses, lists: sequence.flatMap(({ dictionaryName }) => dictionaryName ?? []) };
}
