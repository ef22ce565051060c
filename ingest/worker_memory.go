//go:build !race

package ingest

// workerMemory is the data segment a worker may have, in bytes; Go cannot start under a
// limit of the address space.
const workerMemory = 256 << 20
