-- Run by `nvim -l` in a project whose overlay has a wrong disk type.
vim.lsp.config.volwright = {
  cmd = { os.getenv("VOLWRIGHT"), "lsp" },
  filetypes = { "toml", "yaml", "json" },
  root_markers = { "volwright.toml", ".git" },
}
vim.lsp.enable("volwright")
vim.cmd("filetype on")
vim.cmd.edit("overlay.toml")

local function wait(what, condition)
  assert(vim.wait(20000, condition, 20), what .. ": " .. vim.inspect(vim.diagnostic.get(0)))
end

wait("no diagnostic", function() return #vim.diagnostic.get(0) > 0 end)
local found = vim.diagnostic.get(0)[1]
assert(found.code == "D103" and found.lnum == 4, vim.inspect(found))
vim.api.nvim_win_set_cursor(0, { 5, found.col })
vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.kind == "quickfix" end })
wait("not fixed", function() return vim.api.nvim_buf_get_lines(0, 4, 5, true)[1] == 'type = "gp3"' end)
wait("still reported", function() return #vim.diagnostic.get(0) == 0 end)
print("Neovim: " .. found.code .. " reported and fixed\n")
