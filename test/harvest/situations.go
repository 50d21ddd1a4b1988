//go:build linux

package main

// situations are the kinds of failure, with the label that follows from how one
// is made. What is expected in Category is what a person who knows how it was
// made would answer; Acceptable are answers that the visible evidence allows.
var situations = map[string]label{
	"syntax-error":      {Category: "app-config", Not: []string{"command line is refused"}},
	"unknown-directive": {Category: "app-config", Not: []string{"command line is refused"}},
	"unknown-option":    {Category: "app-config"},
	"bad-value":         {Category: "app-config"},
	"missing-config":    {Category: "app-config"},
	"missing-file":      {Category: "app-config", Acceptable: []string{"image-bug"}},
	"missing-setting":   {Category: "app-config"},
	"missing-user":      {Category: "app-config", Acceptable: []string{"image-bug"}},
	"no-data-directory": {Category: "app-config", Acceptable: []string{"dependency", "image-bug"}},
	"unreadable":        {Category: "app-config", Acceptable: []string{"dependency"}},
	"unwritable":        {Category: "app-config", Acceptable: []string{"dependency"}},
	"read-only":         {Category: "app-config", Acceptable: []string{"dependency"}},
	"wrong-mode":        {Category: "app-config", Acceptable: []string{"dependency"}},
	"no-capability":     {Category: "app-config", Acceptable: []string{"node"}},
	"wrong-user":        {Category: "app-config", Acceptable: []string{"image-bug"}},
	"port-taken":        {Category: "app-config", Acceptable: []string{"node", "dependency"}},
	"privileged-port":   {Category: "app-config", Not: []string{"port .*is (already )?taken|already in use"}},
	"other-instance":    {Category: "app-config", Acceptable: []string{"dependency", "undetermined"}},
	"refused":           {Category: "dependency"},
	"no-name":           {Category: "dependency", Acceptable: []string{"app-config"}},
	"silent":            {Category: "dependency"},
	"wrong-password":    {Category: "dependency", Acceptable: []string{"app-config"}},
	"missing-object":    {Category: "dependency", Acceptable: []string{"app-config"}},
	"http-error":        {Category: "dependency", Acceptable: []string{"app-config"}},
	"certificate":       {Category: "dependency", Acceptable: []string{"app-config"}},
	"disk-full":         {Category: "dependency", Acceptable: []string{"app-config", "node"}, Not: []string{"is not there"}},
	"out-of-memory":     {Category: "out-of-memory"},
	"own-memory-limit": {
		Category: "out-of-memory", Acceptable: []string{"app-config", "undetermined", "image-bug"},
		Not: []string{"OOMKilled"},
	},
	"too-many-files":  {Category: "app-config", Acceptable: []string{"node", "undetermined"}},
	"process-limit":   {Category: "app-config", Acceptable: []string{"node", "undetermined"}},
	"other-version":   {Category: "app-config", Acceptable: []string{"dependency", "image-bug"}},
	"damaged-data":    {Category: "app-config", Acceptable: []string{"dependency", "undetermined"}},
	"architecture":    {Category: "app-config", Acceptable: []string{"image-bug", "node", "undetermined"}},
	"missing-library": {Category: "image-bug", Acceptable: []string{"app-config", "undetermined"}},
	"exception":       {Category: "image-bug", Acceptable: []string{"app-config", "undetermined"}},
	"background":      {Category: "clean-exit", Acceptable: []string{"app-config"}},
	"one-shot":        {Category: "clean-exit", Acceptable: []string{"app-config"}},
	"sigterm":         {Category: "external-kill", Acceptable: []string{"undetermined"}},
	"sigkill":         {Category: "external-kill", Acceptable: []string{"undetermined"}},
	"probe":           {Category: "probe"},
}
