package main

import (
	"context"
	"fmt"

	"duban/configs"
)

// initCmd writes a starter configuration.
type initCmd struct {
	Dir string `arg:"" placeholder:"目录" help:"写到哪个目录;已有的文件不动。"`
}

func (c *initCmd) Run(_ context.Context, in *invocation) error {
	dir := in.path(c.Dir)
	if err := configs.WriteStarter(dir); err != nil {
		return err
	}
	fmt.Fprintf(in.stdout, `已在 %s 写好一套起步配置(名册是虚构的样例)。下一步:
  1. 按 README.md 改 duban.yaml、registry/ 和口令文件;
  2. duban -c %s/duban.yaml check            检查写得对不对
  3. duban -c %s/duban.yaml check --connect  再试登录两台邮件服务器
  4. duban -c %s/duban.yaml run              开始(先用 mode: shadow 试运行几周)
`, dir, dir, dir, dir)
	return nil
}
