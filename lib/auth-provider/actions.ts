"use server";

// The methods as endpoints for the browser. Each parses its input and checks who is calling.
// `onError` is not among them because it needs nothing from the server.
import { authProvider, buttonsOfProviders } from "./server";

export async function login(params: unknown) {
  return authProvider.login(params);
}
export async function logout(params?: unknown) {
  return authProvider.logout(params);
}
export async function check() {
  return authProvider.check();
}
export async function register(params: unknown) {
  return authProvider.register(params);
}
export async function forgotPassword(params: unknown) {
  return authProvider.forgotPassword(params);
}
export async function updatePassword(params: unknown) {
  return authProvider.updatePassword(params);
}
export async function updateIdentity(params: unknown) {
  return authProvider.updateIdentity(params);
}
export async function getPermissions() {
  return authProvider.getPermissions();
}
export async function getIdentity() {
  return authProvider.getIdentity();
}
/** The providers that have a button, as refine's AuthPage takes them. */
export async function enabledProviders() {
  return buttonsOfProviders();
}
