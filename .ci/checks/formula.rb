# Installs a Homebrew formula without Homebrew: the part of its language that volwright's formula uses.
# usage: formula.rb FORMULA OS ARCHITECTURE
#        formula.rb FORMULA OS ARCHITECTURE UNPACKED PREFIX
# Prints the address and the checksum for the platform; with a directory, installs it below PREFIX and runs the formula's test.
require "fileutils"
require "open3"
require "pathname"
require "tmpdir"

PLATFORM = ARGV[1..2]

class Pathname
  def install(*sources)
    mkpath
    sources.flatten.each do |source|
      pairs = source.is_a?(Hash) ? source : { source => File.basename(source) }
      raise "nothing to install in #{self}" if pairs.empty?
      pairs.each { |from, to| FileUtils.cp(from, self + to) }
    end
  end
end

class Formula
  class << self
    attr_reader :fields, :test_block
    %i[desc homepage version license url sha256].each { |name| define_method(name) { |value| (@fields ||= {})[name] = value } }
    def on_macos; yield if PLATFORM[0] == "macos"; end
    def on_linux; yield if PLATFORM[0] == "linux"; end
    def on_arm; yield if PLATFORM[1] == "arm"; end
    def on_intel; yield if PLATFORM[1] == "intel"; end
    def test(&block) = @test_block = block
  end

  def initialize(prefix) = @prefix = Pathname.new(prefix)
  def bin = @prefix / "bin"
  def man1 = @prefix / "share/man/man1"
  def bash_completion = @prefix / "etc/bash_completion.d"
  def zsh_completion = @prefix / "share/zsh/site-functions"
  def fish_completion = @prefix / "share/fish/vendor_completions.d"
  def testpath = @testpath ||= Pathname.new(Dir.mktmpdir)

  def shell_output(command, expected = 0)
    output, status = Open3.capture2(command, chdir: testpath.to_s)
    raise "#{command}: exit code #{status.exitstatus}, expected #{expected}" unless status.exitstatus == expected
    output
  end

  def assert_match(expected, found) = (raise "#{expected} is not in #{found[0, 200]}" unless found.match?(expected))
  def run_test = instance_eval(&self.class.test_block)
end

load ARGV[0]
puts Volwright.fields[:url], Volwright.fields[:sha256]
raise "no description" unless Volwright.fields[:desc] && Volwright.fields[:license] && Volwright.fields[:homepage]
if ARGV[3]
  formula = Volwright.new(ARGV[4])
  Dir.chdir(ARGV[3]) { formula.install }
  formula.run_test
  FileUtils.rm_r(formula.testpath)
end
