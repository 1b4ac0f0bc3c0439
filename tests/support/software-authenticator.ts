import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** The parts of an authenticator's answer. Every part can be a lie. */
export type Ceremony = {
  challenge: string;
  origin?: string;
  rpId?: string;
  userVerified?: boolean;
  userPresent?: boolean;
  counter?: number;
  userHandle?: string | null;
  /** Bytes of nonsense in the attestation. */
  padding?: number;
  /** A manufacturer's certificate in the attestation, as bytes. */
  certificate?: Buffer;
  /** The COSE number of the algorithm that the key claims. */
  alg?: number;
  aaguid?: string;
  transports?: string[];
  type?: string;
};

const NONE = "00000000-0000-0000-0000-000000000000";
const ES256 = -7;
const FLAGS = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

/**
 * An authenticator and a browser in one, for ceremonies that no browser would hold. It has one ES256 credential.
 * @param origin the origin that its browser claims.
 */
export class SoftwareAuthenticator {
  readonly id: string;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  counter = 0;

  constructor(
    readonly origin: string,
    id = randomBytes(16).toString("base64url"),
  ) {
    this.id = id;
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
  }

  /** The result of `credential.toJSON()` after `navigator.credentials.create`. */
  create(ceremony: Ceremony) {
    const { padding = 0, certificate, transports = ["internal"], type = "webauthn.create" } = ceremony;
    const authData = Buffer.concat([this.#authenticatorData(ceremony, true), this.#attested(ceremony)]);
    const statement = certificate ? { alg: ES256, sig: Buffer.alloc(70), x5c: [certificate] } : {};
    const attStmt = mapOf({ ...statement, ...(padding && { nonsense: Buffer.alloc(padding) }) });
    const attestation = cbor(mapOf({ fmt: certificate ? "packed" : "none", attStmt, authData }));
    return this.#answer({
      clientDataJSON: this.#clientData(type, ceremony).toString("base64url"),
      attestationObject: attestation.toString("base64url"),
      transports,
    });
  }

  /** The same after `navigator.credentials.get`. */
  get(ceremony: Ceremony) {
    const { userHandle, type = "webauthn.get" } = ceremony;
    const authenticatorData = this.#authenticatorData(ceremony, false);
    const clientData = this.#clientData(type, ceremony);
    const signed = Buffer.concat([authenticatorData, createHash("sha256").update(clientData).digest()]);
    return this.#answer({
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: authenticatorData.toString("base64url"),
      signature: sign("sha256", signed, this.#privateKey).toString("base64url"),
      ...(userHandle && { userHandle: Buffer.from(userHandle).toString("base64url") }),
    });
  }

  #answer<T>(response: T) {
    return { id: this.id, rawId: this.id, type: "public-key", response, clientExtensionResults: {} };
  }

  #clientData(type: string, { challenge, origin = this.origin }: Ceremony): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #authenticatorData(ceremony: Ceremony, isAttested: boolean): Buffer {
    const { rpId = new URL(this.origin).hostname, userVerified = true, userPresent = true } = ceremony;
    const flags =
      (userPresent ? FLAGS.userPresent : 0) |
      (userVerified ? FLAGS.userVerified : 0) |
      FLAGS.backupEligible |
      FLAGS.backedUp |
      (isAttested ? FLAGS.attested : 0);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(ceremony.counter ?? this.counter);
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([flags]), counter]);
  }

  #attested({ alg = ES256, aaguid = NONE }: Ceremony): Buffer {
    const id = Buffer.from(this.id, "base64url");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const { x = "", y = "" } = this.#publicKey.export({ format: "jwk" });
    const key = new Map<number, unknown>([
      [1, 2],
      [3, alg],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ]);
    return Buffer.concat([Buffer.from(aaguid.replaceAll("-", ""), "hex"), length, id, cbor(key)]);
  }
}

const mapOf = (entries: Record<string, unknown>) => new Map(Object.entries(entries));

/** As much of CBOR (RFC 8949) as an attestation needs: integers, bytes, text, lists and maps. */
function cbor(value: unknown): Buffer {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])]);
  throw new TypeError(`No CBOR for ${typeof value}`);
}

function head(major: number, size: number): Buffer {
  const type = major << 5;
  if (size < 24) return Buffer.from([type | size]);
  if (size < 256) return Buffer.from([type | 24, size]);
  if (size < 65_536) return Buffer.from([type | 25, size >> 8, size & 255]);
  const long = Buffer.alloc(5);
  long.writeUInt8(type | 26);
  long.writeUInt32BE(size, 1);
  return long;
}
