//go:build race

package ingest

// workerMemory leaves room for the shadow of the race detector, which counts as data and
// alone is a thousand times what a worker may have.
const workerMemory = 1 << 46
