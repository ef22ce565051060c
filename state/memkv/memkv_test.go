package memkv_test

import (
	"testing"

	"duban/state"
	"duban/state/kvtest"
	"duban/state/memkv"
)

func TestConformance(t *testing.T) {
	kvtest.Run(t, func(*testing.T) state.KV { return memkv.New() })
}
