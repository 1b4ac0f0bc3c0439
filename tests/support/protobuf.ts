// Protocol Buffers in their wire format (protobuf.dev, "Encoding"), without a schema: fields by their numbers.

export type Message = Map<number, (Uint8Array | bigint)[]>;

const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];

/** @throws for bytes that are no message */
export function read(from: Uint8Array): Message {
  const message: Message = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = from[at++];
      if (byte === undefined) throw new Error("A number ends too soon");
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    if (at + length > from.length) throw new Error("A field ends too soon");
    at += length;
    return from.subarray(at - length, at);
  };
  while (at < from.length) {
    const key = Number(varint());
    const [field, kind] = [key >> 3, key & 7];
    const values = message.get(field) ?? [];
    if (kind === VARINT) values.push(varint());
    else if (kind === FIXED64) values.push(take(8));
    else if (kind === FIXED32) values.push(take(4));
    else if (kind === LENGTH) values.push(take(Number(varint())));
    else throw new Error(`There is no wire type ${kind}`);
    message.set(field, values);
  }
  return message;
}

export function fields(message: Message | undefined, field: number): Uint8Array[] {
  return (message?.get(field) ?? []).filter((value) => value instanceof Uint8Array);
}

export function messages(message: Message | undefined, field: number): Message[] {
  return fields(message, field).map(read);
}

/** The field's bytes, none where it is missing. */
export function bytes(message: Message | undefined, field: number): Uint8Array {
  return fields(message, field)[0] ?? new Uint8Array();
}

export function text(message: Message | undefined, field: number): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes(message, field));
}

export function hex(message: Message | undefined, field: number): string {
  return Buffer.from(bytes(message, field)).toString("hex");
}
