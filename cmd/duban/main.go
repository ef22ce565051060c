// Command duban does a coordination office's clerk's work: it reads the shared mailbox,
// judges every workbook, answers each department once and completely, chases what is
// overdue and writes the leaders one page a week.
//
// Read main.go (one invocation), daemon.go (how the rooms are wired, and the tick), then
// the file of the command you came for; each has its own (help.go prints what they say of
// themselves). arch_test.go holds the rules of
// the house.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // Asia/Shanghai wherever duban runs

	"github.com/alecthomas/kong"

	"duban/configs"
	"duban/state"
)

// The exit codes of the contract.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitStuck  = 75 // EX_TEMPFAIL: a library hangs; the service manager starts duban again
)

// memoryAim is how many bytes of Go's memory duban tries to stay under by collecting sooner,
// so that a full mailbox costs hardly more than an empty one. Who sets GOMEMLIMIT knows
// better.
const memoryAim = 96 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryAim)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// cli is the command line; its tags are the help. Flags of one command stand in its file.
type cli struct {
	Help   helpFlag `short:"h" help:"显示用法。"`
	Config string   `short:"c" placeholder:"文件" env:"DUBAN_CONFIG" help:"配置文件(也可用环境变量 DUBAN_CONFIG 指定)。"`

	Demo     demoCmd     `cmd:"" group:"起步和检查:" help:"演示:虚构的一个区,约一分钟过完一个报送周,或用 --year 过完一年。"`
	Init     initCmd     `cmd:"" group:"起步和检查:" help:"在目录里写一套带注释的起步配置。"`
	Check    checkCmd    `cmd:"" group:"起步和检查:" help:"检查配置、名册、表式、规则、文稿和日历,一次列出全部问题。"`
	Inspect  inspectCmd  `cmd:"" group:"起步和检查:" help:"像收到时那样核对邮件或表格文件,不保存、不发信。"`
	Preview  previewCmd  `cmd:"" group:"起步和检查:" help:"预览一种来信的样子,不发出。"`
	Forms    formsCmd    `cmd:"" group:"起步和检查:" help:"导出预填好的周报表,一个单位一个文件。"`
	Calendar calendarCmd `cmd:"" group:"起步和检查:" help:"一年的报送计划:每周的截止、预览、汇总,和为什么改期。"`
	Rules    rulesCmd    `cmd:"" group:"起步和检查:" help:"列出规则,试算改动后的规则。"`

	Run     runCmd     `cmd:"" group:"运行和存档:" help:"常驻运行:收信、核对、答复、催报、汇总。"`
	Once    onceCmd    `cmd:"" group:"运行和存档:" help:"走一遍(收信、计划、发信)就退出。"`
	Backup  backupCmd  `cmd:"" group:"运行和存档:" help:"备份流水账和全部原始邮件、信件。"`
	Restore restoreCmd `cmd:"" group:"运行和存档:" help:"把备份恢复到空的数据文件夹。"`
	Audit   auditCmd   `cmd:"" group:"运行和存档:" help:"核验流水账。"`

	Week      weekCmd      `cmd:"" group:"查看:" help:"一周的报送情况和数字。"`
	Why       whyCmd       `cmd:"" group:"查看:" help:"一个单位这一周的每一步和每封信。"`
	Issues    issuesCmd    `cmd:"" group:"查看:" help:"问题台账:没有销号的问题,转给了谁、答复期限、答复没有。"`
	Visits    visitsCmd    `cmd:"" group:"查看:" help:"牵头领导一个月的到场记录。"`
	Permits   permitsCmd   `cmd:"" group:"查看:" help:"正在办理的手续和时限,近期到期的节点。"`
	Score     scoreCmd     `cmd:"" group:"查看:" help:"一个月的报送质量得分(草稿),每一处扣分的依据。"`
	Proposals proposalsCmd `cmd:"" group:"查看:" help:"列出等办公室定的事项。"`
	Outbox    outboxCmd    `cmd:"" group:"查看:" help:"发件箱:每封信走到哪一步;存疑的信重发或作废。"`
	Export    exportCmd    `cmd:"" group:"查看:" help:"导出规则统计和一周的数据(Excel)。"`

	Approve   approveCmd   `cmd:"" group:"办公室的决定:" help:"同意一件事项,随即办理。"`
	Refuse    refuseCmd    `cmd:"" group:"办公室的决定:" help:"不同意一件事项,什么都不会发出。"`
	Hold      holdCmd      `cmd:"" group:"办公室的决定:" help:"暂缓一周的领导周报。"`
	Release   releaseCmd   `cmd:"" group:"办公室的决定:" help:"放行暂缓的领导周报。"`
	Accept    acceptCmd    `cmd:"" group:"办公室的决定:" help:"采用一封单独存放的来信,当作某单位按原收到时间所报。"`
	Override  overrideCmd  `cmd:"" group:"办公室的决定:" help:"办公室更正一个数,写明原因和决定人;重报也不变,直到取消。"`
	Dispute   disputeCmd   `cmd:"" group:"办公室的决定:" help:"定一项异议是否成立,并告知单位。"`
	Ontime    ontimeCmd    `cmd:"" group:"办公室的决定:" help:"一个单位迟报不是自己的原因,视同按时,写明原因和决定人。"`
	Exempt    exemptCmd    `cmd:"" group:"办公室的决定:" help:"准予一个单位或项目免报到某一天。"`
	Close     closeCmd     `cmd:"" group:"办公室的决定:" help:"项目完工销号(或撤销):不再要求报送。"`
	Reopen    reopenCmd    `cmd:"" group:"办公室的决定:" help:"恢复销号的项目,照常要报。"`
	Issue     issueCmd     `cmd:"" group:"办公室的决定:" help:"办公室对一个问题的决定:销号、合并、改派、登记答复。"`
	Visited   visitedCmd   `cmd:"" group:"办公室的决定:" help:"登记牵头领导某天到过项目现场。"`
	Rectified rectifiedCmd `cmd:"" group:"办公室的决定:" help:"通报事项已整改到位,不再催办。"`

	Worker workerCmd `cmd:"" hidden:"" help:"内部使用:在受限的子进程里读邮件。"`
}

// invocation is one command line being carried out: what it may look at and write to.
type invocation struct {
	args           []string
	config         string
	dir            string // relative file names start here
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	office         *office // set when the daemon runs a command that another process asked for
}

// usage is a mistake in how duban was called, told in Chinese with its remedy.
type usage struct{ message string }

func (u usage) Error() string { return u.message }

// exited is how a command ended that printed everything itself.
type exited int

func (e exited) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run carries out one command line and returns its exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(stderr, "duban:", err)
		return exitFailed
	}
	return carryOut(ctx, &invocation{args: args, dir: dir, stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now})
}

func carryOut(ctx context.Context, in *invocation) int {
	command, err := parse(in)
	if err == nil && command != nil {
		err = command.Run(ctx, in)
	}
	return in.report(err)
}

// command is what every command's struct does.
type command interface {
	Run(context.Context, *invocation) error
}

// parse reads the command line. It gives no command when the line only asked for help.
func parse(in *invocation) (command, error) {
	var line cli
	helped := false
	parser, err := kong.New(&line,
		kong.Name("duban"),
		kong.Description("督办:区重大项目周报的收取、核对、补正、催报和汇总。"),
		kong.Writers(in.stdout, in.stderr),
		kong.NoDefaultHelp(),
		kong.Help(printHelp),
		kong.Exit(func(int) { helped = true }),
	)
	if err != nil {
		return nil, fmt.Errorf("build command line: %w", err)
	}
	inOurWords(parser.Model)
	parsed, err := parser.Parse(asked(in.args))
	if helped {
		return nil, nil
	}
	if err != nil {
		return nil, usage{"命令写得不对:" + inChinese(err.Error()) + "。用 duban help 查看用法。"}
	}
	in.config = line.Config
	chosen, ok := parsed.Selected().Target.Addr().Interface().(command)
	if !ok {
		return nil, usage{"命令没有写完整。用 duban help 查看用法。"}
	}
	return chosen, nil
}

// inChinese turns what the command-line library says into the office's words. What it says
// otherwise is passed on as it is.
func inChinese(said string) string {
	return strings.NewReplacer(
		"unexpected argument ", "不认识 ", "unknown flag ", "不认识选项 ", "missing flags: ", "缺少选项 ",
		", did you mean one of ", ",是不是 ", ", did you mean ", ",是不是 ", "expected one of ", "应是 ", "expected ", "还应写 ",
		"missing value", "没有写值", " must be one of ", "应是 ", " but got ", ",写的是 ", " or ", "、",
	).Replace(strings.TrimSuffix(said, "?"))
}

// report tells an error to whoever called and gives the exit code.
func (in *invocation) report(err error) int {
	var faults configs.Faults
	var wrong usage
	var code exited
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &faults):
		for _, f := range faults {
			fmt.Fprintln(in.stderr, f)
		}
		fmt.Fprintf(in.stderr, "duban: 共%d处问题,什么都没有改动。\n", len(faults))
		return exitUsage
	case errors.As(err, &wrong):
		fmt.Fprintln(in.stderr, "duban:", wrong.message)
		return exitUsage
	case errors.Is(err, state.ErrLocked):
		fmt.Fprintln(in.stderr, "duban: 另一个 duban 已经在运行(常驻的,或一条还没做完的命令),数据由它管着。请稍后再试;要换掉它,先停下它。")
		return exitFailed
	default:
		fmt.Fprintln(in.stderr, "duban:", err)
		return exitFailed
	}
}
