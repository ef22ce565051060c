package main

import (
	"context"
	"fmt"
	"time"
)

// onceCmd takes one full turn.
type onceCmd struct {
	At string `placeholder:"时间" help:"按这个时间办理(RFC 3339,如 2026-09-21T09:00:00+08:00);只有加密证书仍按真实时间核对。"`
}

func (c *onceCmd) Run(ctx context.Context, in *invocation) error {
	if c.At != "" {
		at, err := time.Parse(time.RFC3339, c.At)
		if err != nil {
			return usage{fmt.Sprintf("“%s”不是时间,应写成 2026-09-21T09:00:00+08:00。", c.At)}
		}
		in.now = func() time.Time { return at }
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		if in.office != nil && c.At != "" {
			return usage{"常驻的 duban 正在运行,不能换时间;请先停下它,或用另一份配置演练。"}
		}
		if in.office == nil { // a running daemon has begun long ago, and may be sending a letter right now
			if err := o.begin(ctx); err != nil {
				return err
			}
		}
		return o.tick(ctx)
	})
}
