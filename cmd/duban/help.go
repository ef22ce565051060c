package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// helpFlag prints the usage of the command it stands behind.
type helpFlag bool

// BeforeReset acts before anything is validated, so that help needs no complete command.
func (h helpFlag) BeforeReset(c *kong.Context) error {
	if err := c.PrintUsage(false); err != nil {
		return fmt.Errorf("print usage: %w", err)
	}
	c.Kong.Exit(0)
	return nil
}

// asked is the command line as the library knows it: duban alone, `duban help` and
// `duban help week` ask for help too.
func asked(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(append([]string{}, args[1:]...), "--help")
	}
	return args
}

// inOurWords names what a command is given by its placeholder, as its flags are: <单位>, not <dept>.
func inOurWords(app *kong.Application) {
	for _, leaf := range app.Leaves(false) {
		for _, p := range leaf.Positional {
			if p.Tag.PlaceHolder != "" {
				p.Name = p.Tag.PlaceHolder
			}
		}
	}
}

// printHelp prints the library's help with its own few words in Chinese, the commands by what
// they are for, a line each.
func printHelp(o kong.HelpOptions, c *kong.Context) error {
	o.Compact = c.Selected() == nil
	o.ValueFormatter = func(v *kong.Value) string { return v.Help } // which variable a flag reads is said there
	var text bytes.Buffer
	out := c.Stdout
	c.Stdout = &text
	err := kong.DefaultHelpPrinter(o, c)
	c.Stdout = out
	if err != nil {
		return fmt.Errorf("compose help: %w", err)
	}
	words := strings.NewReplacer(
		"Usage: ", "用法:", "<command>", "<命令>", "[flags]", "[选项]", "Flags:\n", "选项:\n", "Arguments:\n", "各项:\n", "Commands:\n", "命令:\n",
	)
	if o.Compact {
		text.WriteString("\n一个命令的用法:duban help 命令,如 duban help week\n")
	}
	if _, err = io.WriteString(out, words.Replace(text.String())); err != nil {
		return fmt.Errorf("print help: %w", err)
	}
	return nil
}
