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
	a, err := openArchive(ctx, cfg.StateDir, in.now, log)
	if err != nil {
		return err
	}
	worker, err := childWorker(cfg.Form)
	if err != nil {
		return errors.Join(err, a.close())
	}
	o, err := wire(parts{cfg, set, pages, a, worker, in.now, log})
	if err != nil {
		return errors.Join(err, a.close())
	}
	d := &daemon{in: in, path: path, worker: worker}
	d.office.Store(o)
	err = d.run(ctx)
	d.worker.Close()
	err = errors.Join(err, a.close())
	if errors.Is(err, ingest.ErrStuck) {
		log.Error("stop: a library hangs", "err", err)
		return exited(exitStuck)
	}
	return err
}
