// Readers of NPZ and safetensors files.

const TYPES = {
  "<f4": Float32Array,
  "<f8": Float64Array,
  "<i8": BigInt64Array,
  F32: Float32Array,
  F64: Float64Array,
};
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** Returns the arrays of an NPZ file by name: `{shape, data}`. */
export function readNpz(buffer) {
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22;
  while (view.getUint32(end, true) !== END) end -= 1;
  const count = view.getUint16(end + 10, true);
  let offset = view.getUint32(end + 16, true);
  const arrays = {};
  for (let entry = 0; entry < count && view.getUint32(offset, true) === CENTRAL; entry += 1) {
    const lengths = [28, 30, 32].map((field) => view.getUint16(offset + field, true));
    const name = text(buffer, offset + 46, lengths[0]);
    const local = view.getUint32(offset + 42, true);
    const skipped = view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    arrays[name.replace(/\.npy$/, "")] = readNpy(buffer, local + 30 + skipped);
    offset += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return arrays;
}

function readNpy(buffer, start) {
  const view = new DataView(buffer);
  const wide = view.getUint8(start + 6) > 1;
  const length = wide ? view.getUint32(start + 8, true) : view.getUint16(start + 8, true);
  const from = start + (wide ? 12 : 10);
  const header = text(buffer, from, length);
  const type = header.match(/'descr': '([^']+)'/)[1];
  const shape = [...header.match(/'shape': \(([^)]*)\)/)[1].matchAll(/\d+/g)].map(Number);
  const data = typedArray(buffer, type, from + length, size(shape));
  return { shape, data: header.includes("'fortran_order': True") ? rowMajor(data, shape) : data };
}

/** Returns column-major numbers in row-major order. */
function rowMajor(data, shape) {
  const ordered = new data.constructor(data.length);
  const indices = shape.map(() => 0);
  for (const value of data) {
    ordered[indices.reduce((offset, at, axis) => offset * shape[axis] + at, 0)] = value;
    for (let axis = 0; axis < shape.length; axis += 1) {
      indices[axis] += 1;
      if (indices[axis] < shape[axis]) break;
      indices[axis] = 0;
    }
  }
  return ordered;
}

/** Returns the arrays of a safetensors file by name, and its metadata. */
export function readSafetensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__: metadata = {}, ...tensors } = JSON.parse(text(buffer, 8, length));
  const arrays = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(tensors)) {
    arrays[name] = { shape, data: typedArray(buffer, dtype, 8 + length + offsets[0], size(shape)) };
  }
  return { arrays, metadata };
}

function typedArray(buffer, type, from, count) {
  const Kind = TYPES[type];
  return new Kind(buffer.slice(from, from + count * Kind.BYTES_PER_ELEMENT));
}

function size(shape) {
  return shape.reduce((product, axis) => product * axis, 1);
}

function text(buffer, from, length) {
  return new TextDecoder().decode(new Uint8Array(buffer, from, length));
}
