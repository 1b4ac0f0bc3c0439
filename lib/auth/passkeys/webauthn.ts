/** The library that makes and checks ceremonies, loaded with the first one: most who see the button never press it. */
export const webauthn = () => import("@simplewebauthn/server");
