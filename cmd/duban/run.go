package main

import (
	"context"
	"errors"
	"log/slog"

	"duban/ingest"
)

// runCmd is the daemon.
type runCmd struct {
	Verbose bool `short:"v" help:"把每一步也写进日志。"`
}

func (c *runCmd) Run(ctx context.Context, in *invocation) error {
	path, err := in.configPath()
	if err != nil {
		return err
	}
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	log := in.logger(level)
	cfg, set, pages, err := load(path, in.now())
	if err != nil {
		return err
	}
	o, worker, err := openOffice(ctx, parts{cfg: cfg, rules: set, pages: pages, now: in.now, log: log})
	if err != nil {
		return err
	}
	d := &daemon{in: in, path: path, worker: worker}
	d.office.Store(o)
	err = d.run(ctx)
	d.worker.Close()
	err = errors.Join(err, o.archive.close())
	if errors.Is(err, ingest.ErrStuck) {
		log.Error("stop: a library hangs", "err", err)
		return exited(exitStuck)
	}
	return err
}
