package main

import (
	"context"

	"duban/ingest"
)

// workerCmd is the child process that opens mails under limits of memory and CPU.
type workerCmd struct{}

func (workerCmd) Run(_ context.Context, in *invocation) error {
	return ingest.ServeWorker(in.stdin, in.stdout)
}
