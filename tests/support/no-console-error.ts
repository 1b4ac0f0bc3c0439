import { afterEach, beforeEach, expect } from "vitest";

// What React, Next or a library complains about is a fault like any other. A test that provokes a complaint says so:
// vi.spyOn(console, "error").mockImplementation(() => {}).
const print = console.error;
let complaints: unknown[][] = [];

beforeEach(() => {
  complaints = [];
  console.error = (...complaint: unknown[]) => {
    complaints.push(complaint);
    print(...complaint);
  };
});

afterEach(() => {
  console.error = print;
  expect(complaints, "console.error was called").toEqual([]);
});
