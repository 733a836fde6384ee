/** IEEE half-precision bits as numbers. onnxruntime gives half tensors as Uint16Array, or as Float16Array where it exists. */
export function fromHalf(data: ArrayBufferView | ArrayLike<number>): Float32Array<ArrayBuffer> {
  if (!(data instanceof Uint16Array)) return Float32Array.from(data as ArrayLike<number>);
  return Float32Array.from(data, (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** Numbers as half-precision bits, rounded to the nearest, to the even one of two; too large ones become infinite. */
export function toHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const single = new Uint32Array(Float32Array.from(values).buffer);
  return Uint16Array.from(single, (bits, i) => {
    const sign = (bits >>> 16) & 0x8000;
    const rest = bits & 0x7fffffff;
    if (rest > 0x7f800000) return sign | 0x7e00;
    // Below 2^-14 halves are multiples of 2^-24.
    if (rest < 0x38800000) return sign | roundToEven(Math.abs(values[i]!) * 2 ** 24);
    // A carry out of the fraction is the next exponent, as it should be.
    return sign | Math.min(0x7c00, (rest - 0x38000000 + 0xfff + ((rest >>> 13) & 1)) >>> 13);
  });
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const over = value - below;
  return over > 0.5 || (over === 0.5 && below % 2 === 1) ? below + 1 : below;
}
