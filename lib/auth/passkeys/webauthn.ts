/** The library that makes and checks ceremonies, loaded with the first ceremony: most people never press the button. */
export const webauthn = () => import("@simplewebauthn/server");
