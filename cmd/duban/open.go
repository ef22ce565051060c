package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"duban/cmd/duban/internal/console"
	"duban/configs"
	"duban/ingest"
	"duban/ingest/rules"
	"duban/state"
)

// standardConfig is the configuration taken when none is named.
const standardConfig = "duban.yaml"

// configPath is the configuration the command is for.
func (in *invocation) configPath() (string, error) {
	path := in.config
	if path == "" {
		path = standardConfig
		if _, err := os.Stat(in.path(path)); errors.Is(err, os.ErrNotExist) {
			return "", usage{"没有指定配置文件:用 -c 文件 指定,或在放有 duban.yaml 的目录里运行;还没有配置时,先运行 duban init 目录。"}
		}
	}
	return in.path(path), nil
}

// configuration is the checked configuration the command is for, with its rules.
func (in *invocation) configuration() (*configs.Config, *rules.Set, error) {
	path, err := in.configPath()
	if err != nil {
		return nil, nil, err
	}
	cfg, set, _, err := load(path, in.now())
	return cfg, set, err
}

// path makes a file name that the caller gave mean the caller's file, wherever the command
// is carried out.
func (in *invocation) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(in.dir, name)
}

// logger writes what duban does to standard error, one JSON object a line: constant
// messages, no mail bodies, no telephone numbers.
func (in *invocation) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(in.stderr, &slog.HandlerOptions{Level: level}))
}

// inOffice carries fn out over the archive. When a daemon holds it, the daemon carries out
// the whole command and its answer is passed on.
func (in *invocation) inOffice(ctx context.Context, fn func(context.Context, *office) error) error {
	if in.office != nil {
		return errors.Join(in.office.amend(ctx), fn(ctx, in.office))
	}
	path, err := in.configPath()
	if err != nil {
		return err
	}
	cfg, set, pages, err := load(path, in.now())
	if err != nil {
		return err
	}
	reply, there, err := console.Ask(ctx, filepath.Join(cfg.StateDir, socketFile), console.Question{Args: in.args, Dir: in.dir})
	if err != nil {
		return err
	}
	if there {
		if _, err := in.stdout.Write(reply.Stdout); err != nil {
			return fmt.Errorf("pass on the answer: %w", err)
		}
		fmt.Fprintf(in.stderr, "%s", reply.Stderr)
		return exited(reply.Code)
	}
	o, worker, err := openOffice(ctx, parts{cfg: cfg, rules: set, pages: pages, now: in.now, log: in.logger(slog.LevelWarn)})
	if err != nil {
		return err
	}
	defer worker.Close()
	return errors.Join(o.amend(ctx), fn(ctx, o), o.archive.close())
}

// openOffice wires p over its state folder, which is this process's alone until the archive
// is closed, with a worker that is the caller's to close.
func openOffice(ctx context.Context, p parts) (*office, *ingest.Worker, error) {
	a, err := openArchive(ctx, p.cfg.StateDir, p.now, p.log)
	if err != nil {
		return nil, nil, err
	}
	worker, err := childWorker(p.cfg.Form)
	if err != nil {
		return nil, nil, errors.Join(err, a.close())
	}
	p.archive, p.opener = a, worker
	o, err := wire(p)
	if err != nil {
		return nil, nil, errors.Join(err, a.close())
	}
	return o, worker, nil
}

// printJSON writes one JSON document, indented for people too.
func (in *invocation) printJSON(v any) error {
	e := json.NewEncoder(in.stdout)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// roster is the registry as it stands today, with what the office agreed to since it was written.
func (o *office) roster() *state.Roster { return o.cfg.Roster.On(o.now().In(o.cfg.Schedule.Zone)) }

// rosterOf is the registry as it stands for a week.
func (o *office) rosterOf(w state.Week) *state.Roster {
	return o.cfg.Roster.On(o.cfg.Schedule.Deadline(w).AsOf())
}

// week reads the week a command names; none means the one the office is at work on.
func (o *office) week(name string) (state.Week, error) {
	if name == "" {
		return o.cfg.Schedule.Running(o.now()), nil
	}
	w, err := state.ParseWeek(name)
	if err != nil {
		return state.Week{}, usage{fmt.Sprintf("“%s”不是周次,应写成 2026-W41。", name)}
	}
	return w, nil
}
