import { afterEach, beforeEach, expect } from "vitest";

// A complaint of React, Next or a library is a fault like any other. A test that provokes one says so:
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
